// Says what mail programs make of a mail's HTML: html-validate's complaints, and what caniemail lists as unsupported.
//
// Reads {html, clients} from stdin; writes {complaints: ["rule: message (line)"], unsupported: ["feature: client"]}.
import { caniemail } from "caniemail";
import { HtmlValidate } from "html-validate";

// Mail is not a web page: styles stand in the tags and tables carry the layout, because mail programs ask for it.
const rules = {
  "no-inline-style": "off",
  "long-title": "off",
  "prefer-native-element": "off", // role=main beside <main>: Outlook drops the element, not the role
  "no-redundant-role": "off",
  "no-trailing-whitespace": "off",
  "attribute-boolean-style": "off",
  "no-conditional-comment": "off", // the fixed column that Outlook needs
  deprecated: "off", // align, bgcolor, border: the Word engine reads nothing else
  "no-deprecated-attr": "off",
};

let text = "";
for await (const chunk of process.stdin) text += chunk;
const job = JSON.parse(text);
const validator = new HtmlValidate({ root: true, extends: ["html-validate:recommended"], rules: job.page ? {} : rules });
const report = await validator.validateString(job.html);
const complaints = report.results.flatMap((result) => result.messages.map((one) => `${one.ruleId}: ${one.message} (line ${one.line})`));
const unsupported = [];
if (job.clients.length) {
  const found = caniemail({ clients: job.clients, html: job.html });
  for (const [client, issues] of found.issues.errors) for (const issue of issues) unsupported.push(`${issue.title}: ${client}`);
}
process.stdout.write(JSON.stringify({ complaints, unsupported }));
