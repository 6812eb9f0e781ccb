// Uses a page as a reader does, with mouse, keyboard or neither, and says what there was to see after each step.
//
// Job: {chromium, url, scripts (false: none run), width, steps: [[verb, ...arguments], …]}
// Answers: what each looking step saw, in order; see VERBS.
import { launch } from "./look.mjs";

/** What is to be seen of the rows of the first table: only rows that are shown, each with its words and its data. */
function shownRows() {
  return [...document.querySelector("table").tBodies[0].rows]
    .filter((row) => row.getClientRects().length)
    .map((row) => ({
      cells: [...row.cells].map((cell) => cell.innerText.trim()),
      keys: [...row.cells].map((cell) => cell.dataset.sort ?? null),
      data: { ...row.dataset },
    }));
}

/** What has the focus, and whether a reader can see that it has. */
function focused() {
  const element = document.activeElement;
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  return {
    tag: element.localName,
    name: element.name || "",
    text: element.innerText?.trim().slice(0, 80) ?? "",
    ring: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
    inside: box.right > 0 && box.left < innerWidth && box.bottom > 0 && box.top < innerHeight,
  };
}

function headings() {
  return [...document.querySelectorAll("h1,h2,h3,h4,h5,h6")]
    .filter((heading) => heading.getClientRects().length)
    .map((heading) => Number(heading.localName[1]));
}

/** Each table as a screen reader announces it. */
function tables() {
  return [...document.querySelectorAll("table")].map((table) => ({
    caption: table.caption?.textContent.trim() ?? "",
    columns: [...table.tHead.rows[0].cells].map((cell) => cell.scope),
    rows: [...table.tBodies[0].rows].map((row) => [row.cells.length, row.cells[0].localName, row.cells[0].scope]),
    sorted: [...table.tHead.rows[0].cells].map((cell) => cell.getAttribute("aria-sort") ?? ""),
  }));
}

const styleOf = (selector, property) =>
  [...document.querySelectorAll(selector)].map((element) => getComputedStyle(element).getPropertyValue(property));

const VERBS = {
  select: (tab, name, value) => tab.selectOption(`[name="${name}"]`, value).then(() => null),
  fill: (tab, name, text) => tab.fill(`[name="${name}"]`, text).then(() => null),
  click: (tab, selector) => tab.click(selector).then(() => tab.evaluate(() => new Promise((done) => setTimeout(done, 0)))),
  press: (tab, key, times = 1) => [...Array(times)].reduce((done) => done.then(() => tab.keyboard.press(key)), Promise.resolve(null)),
  focus: (tab, selector) => tab.focus(selector).then(() => null),
  reload: (tab) => tab.reload().then(() => null),
  print: (tab) => tab.emulateMedia({ media: "print" }).then(() => null),
  rows: (tab) => tab.evaluate(shownRows),
  focused: (tab) => tab.evaluate(focused),
  headings: (tab) => tab.evaluate(headings),
  tables: (tab) => tab.evaluate(tables),
  text: (tab, selector) => tab.locator(selector).first().innerText(),
  shown: (tab, selector) => tab.locator(selector).first().isVisible(),
  hash: (tab) => tab.evaluate(() => location.hash),
  style: (tab, selector, property) => tab.evaluate(`(${styleOf})(${JSON.stringify(selector)}, ${JSON.stringify(property)})`),
  pages: async (tab) => (await tab.pdf({ format: "A4" })).toString("latin1").match(/\/Type\s*\/Page\b/g).length,
};
const LOOKING = new Set(["rows", "focused", "headings", "tables", "text", "shown", "hash", "style", "pages"]);

let text = "";
for await (const chunk of process.stdin) text += chunk;
const job = JSON.parse(text);
const browser = await launch(job.chromium);
const context = await browser.newContext({
  javaScriptEnabled: job.scripts,
  viewport: { width: job.width, height: 900 },
  colorScheme: job.scheme,
});
const tab = await context.newPage();
tab.setDefaultTimeout(30_000);
await tab.goto(job.url, { waitUntil: "load" });
const answers = [];
for (const [verb, ...given] of job.steps) {
  const answer = await VERBS[verb](tab, ...given);
  if (LOOKING.has(verb)) answers.push(answer);
}
await browser.close();
process.stdout.write(JSON.stringify(answers));
