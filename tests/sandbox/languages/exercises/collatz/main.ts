import { readFileSync } from "node:fs";

function* numbers(n: number): Generator<number> {
  for (; n !== 1; n = n % 2 ? 3 * n + 1 : n / 2) yield n; //~slow for (; n !== 0; n = n % 2 ? 3 * n + 1 : n / 2) yield n;
  //~wrong yield 1;
  //~crash yield* (n as any);
}
let steps: number = 0;
for (const _ of numbers(Number(readFileSync(0, "utf8")))) steps++;
console.log(steps);
