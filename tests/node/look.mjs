// Opens pages in Chromium and says what it saw. Reads a job from stdin, writes one JSON document to stdout.
//
// Job: {chromium, pages: [{name, url}], schemes, widths, shots (a folder, or null)}
// Each sight: {name, scheme, width, violations, outside, errors, overflow, blank}
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const axe = await readFile(require.resolve("axe-core/axe.min.js"), "utf8");

/** Start Debian's Chromium so that it talks to nobody by itself. */
export function launch(executablePath) {
  const args = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];
  return chromium.launch({ executablePath, args });
}

/** Tell whether a request stays in the page's own file, on this machine's disk or on loopback. */
export function isLocal(address) {
  const url = new URL(address);
  return ["file:", "data:", "blob:", "about:"].includes(url.protocol) || ["127.0.0.1", "localhost"].includes(url.hostname);
}

async function look(browser, job, page, scheme, width) {
  const context = await browser.newContext({
    colorScheme: scheme,
    viewport: { width, height: 900 },
    reducedMotion: "reduce",
  });
  const tab = await context.newPage();
  const outside = [];
  const errors = [];
  await tab.route("**/*", (route) => {
    const address = route.request().url();
    if (isLocal(address)) return route.continue();
    outside.push(address);
    return route.abort();
  });
  tab.on("pageerror", (error) => errors.push(String(error)));
  tab.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  tab.on("dialog", (dialog) => (errors.push(`dialog: ${dialog.message()}`), dialog.dismiss()));
  await tab.goto(page.url, { waitUntil: "load" });
  const overflow = await tab.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  const blank = await tab.evaluate(() => [...document.images].filter((image) => !image.naturalWidth).length);
  if (job.shots) await tab.screenshot({ path: join(job.shots, `${page.name}-${scheme}-${width}.png`), fullPage: true });
  await tab.evaluate(axe);
  const result = await tab.evaluate(() => window.axe.run(document, { resultTypes: ["violations"], preload: false }));
  const violations = result.violations.map((one) => ({ id: one.id, help: one.help, nodes: one.nodes.map((node) => node.html.slice(0, 300)) }));
  await context.close();
  return { name: page.name, scheme, width, violations, outside, errors, overflow, blank };
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  let text = "";
  for await (const chunk of process.stdin) text += chunk;
  const job = JSON.parse(text);
  const browser = await launch(job.chromium);
  const sights = [];
  for (const page of job.pages)
    for (const scheme of job.schemes)
      for (const width of job.widths) sights.push(await look(browser, job, page, scheme, width));
  await browser.close();
  process.stdout.write(JSON.stringify(sights));
}
