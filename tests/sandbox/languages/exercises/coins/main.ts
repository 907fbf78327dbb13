import { readFileSync } from "node:fs";

const [amount, ...kinds]: number[] = readFileSync(0, "utf8").trim().split(/\s+/).map(Number);
const fewest: number[] = [0, ...Array<number>(amount).fill(Infinity)]; //~crash const fewest: number[] = [0, ...Array<number>(-amount).fill(Infinity)];
for (const kind of kinds)
  for (let sum = kind; sum <= amount; sum++) fewest[sum] = Math.min(fewest[sum], fewest[sum - kind] + 1); //~slow for (let sum = kind; sum <= amount; ) fewest[sum] = Math.min(fewest[sum], fewest[sum - kind] + 1);
const answer: number = fewest[amount];
console.log(Number.isFinite(answer) ? answer : -1); //~wrong console.log(answer);
