// Sorting (by tablesort), filtering and searching of the tables. Without this script every table is complete.
"use strict";

const SHOWN = 250; // rows before "Show all"

/** Let each heading sort with the mouse, Enter (tablesort) and the space bar. */
function sortable(table) {
  new Tablesort(table);
  for (const heading of table.tHead.rows[0].cells) {
    heading.addEventListener("keydown", (event) => {
      if (event.key !== " ") return;
      event.preventDefault();
      heading.click();
    });
  }
}

/** Show the rows of the form's table that hold every word searched for and every value chosen. */
function filterable(form) {
  const table = document.getElementById(form.dataset.filters);
  const more = document.querySelector(`[data-more="${form.dataset.filters}"]`);
  const rows = [...table.tBodies[0].rows];
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const output = form.querySelector("output");
  let all = false;

  function matches(row, chosen, words) {
    return (
      words.every((word) => texts.get(row).includes(word)) &&
      chosen.every(([name, value]) => row.dataset[name].split("|").includes(value))
    );
  }

  function apply() {
    const fields = [...new FormData(form)].filter(([, value]) => value);
    const chosen = fields.filter(([name]) => name !== "text");
    const words = form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const row of table.tBodies[0].rows) {
      const good = matches(row, chosen, words);
      found += good;
      row.hidden = !good || (!all && found > SHOWN);
    }
    output.textContent = `${found} of ${rows.length} studies`;
    more.hidden = all || found <= SHOWN;
    more.textContent = `Show all ${found}`;
    const hash = new URLSearchParams(fields).toString();
    if (hash !== location.hash.slice(1)) history.replaceState(null, "", hash ? `#${hash}` : location.pathname);
  }

  function read() {
    for (const [name, value] of new URLSearchParams(location.hash.slice(1))) {
      const field = form.elements.namedItem(name);
      if (field) field.value = value;
    }
    apply();
  }

  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply));
  table.addEventListener("afterSort", apply);
  more.addEventListener("click", () => {
    all = true;
    apply();
  });
  window.addEventListener("beforeprint", () => {
    all = true;
    apply();
  });
  window.addEventListener("hashchange", read);
  form.hidden = false;
  read();
}

document.querySelectorAll("table[data-sortable]").forEach(sortable);
document.querySelectorAll("form[data-filters]").forEach(filterable);
