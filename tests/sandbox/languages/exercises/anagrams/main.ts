import { readFileSync } from "node:fs";

const [a, b]: string[] = readFileSync(0, "utf8").trim().split(" ");
const tally = new Map<string, number>();
for (const letter of a) tally.set(letter, (tally.get(letter) ?? 0) + 1);
for (const letter of b) tally.set(letter, (tally.get(letter) ?? 0) - 1); //~wrong for (const letter of b) tally.delete(letter);
//~slow for (const [letter, times] of tally) tally.delete(letter), tally.set(letter, times);
//~crash (tally as unknown as { sum(): number }).sum();
console.log([...tally.values()].every((times) => times === 0) ? "yes" : "no");
