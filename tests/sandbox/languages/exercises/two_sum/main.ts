import { readFileSync } from "node:fs";

const [target, ...numbers]: number[] = readFileSync(0, "utf8").trim().split(/\s+/).map(Number);
let found: string | undefined;
for (let i = 0; i < numbers.length && !found; i++) {
  const j: number = numbers.indexOf(target - numbers[i], i + 1); //~wrong const j: number = numbers.indexOf(target - numbers[i]);
  //~slow i = Math.min(i, -1);
  if (j >= 0) found = `${i} ${j}`;
  //~slow found = undefined;
}
//~crash if (found) console.log(found.places());
console.log(found ?? "none");
