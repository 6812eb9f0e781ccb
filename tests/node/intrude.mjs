// Opens pages in Chromium and says which of them did anything by themselves. Reads a job from stdin, writes JSON.
//
// Job: {chromium, pages: [url]}. Each sight: {url, wrong: [what]}: scripts run, dialogs, requests that leave the machine,
// errors, other pages opened, elements and attributes that could act, and links that do not lead to https or a file.
import { isLocal, launch } from "./look.mjs";

function suspects() {
  const wrong = [];
  if (window.intruded) wrong.push("a script ran");
  for (const node of document.querySelectorAll("*")) {
    const name = node.localName;
    if (["object", "embed", "base", "applet", "audio", "video", "math", "template", "dialog", "x"].includes(name))
      wrong.push(`element ${name}`);
    if (name === "script" && !/\/static\/[\w.-]+\.js$/.test(node.src)) wrong.push(`script ${node.outerHTML.slice(0, 80)}`);
    if (name === "meta" && /refresh/i.test(node.httpEquiv)) wrong.push("a page that moves on");
    if (name === "style" && /url\(|@import|expression/i.test(node.textContent)) wrong.push("a style that loads");
    for (const attribute of node.attributes) {
      if (/^on|^srcdoc$|^formaction$/i.test(attribute.name)) wrong.push(`${name} ${attribute.name}`);
      if (attribute.name === "style" && /url\(|expression/i.test(attribute.value)) wrong.push(`${name} style`);
      if (["href", "src", "action", "xlink:href"].includes(attribute.name)) {
        const { protocol, hostname } = new URL(attribute.value, document.baseURI);
        if (!["https:", "file:", "mailto:"].includes(protocol)) wrong.push(`${name} to ${attribute.value.slice(0, 80)}`);
        if (/intruder/.test(hostname)) wrong.push(`${name} to ${hostname}`);
      }
    }
  }
  return wrong;
}

let text = "";
for await (const chunk of process.stdin) text += chunk;
const job = JSON.parse(text);
const browser = await launch(job.chromium);
const context = await browser.newContext();
const tab = await context.newPage();
let wrong = [];
await tab.route("**/*", (route) => {
  const address = route.request().url();
  if (isLocal(address)) return route.continue();
  wrong.push(`asked for ${address}`);
  return route.abort();
});
tab.on("pageerror", (error) => wrong.push(`error ${error}`));
tab.on("console", (message) => message.type() === "error" && wrong.push(`console ${message.text()}`));
tab.on("dialog", (dialog) => (wrong.push(`dialog ${dialog.message()}`), dialog.dismiss()));
context.on("page", () => wrong.push("another page was opened"));
const sights = [];
for (const url of job.pages) {
  wrong = [];
  await tab.goto(url, { waitUntil: "load" });
  for (const frame of tab.frames()) wrong.push(...(await frame.evaluate(suspects)));
  if (tab.url() !== url) wrong.push(`moved to ${tab.url()}`);
  sights.push({ url, wrong });
}
await browser.close();
process.stdout.write(JSON.stringify(sights));
