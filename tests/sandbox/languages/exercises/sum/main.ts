import { readFileSync } from "node:fs";

const words: number[] = readFileSync(0, "utf8").split(/\s+/).filter(Boolean).map(Number);
let total: number = 0; //~wrong let total: number = 1;
//~slow for (; words.length >= 0; ) total = 0;
for (const number of words.slice(1)) total += number;
//~crash if (total < 1e15) throw new Error(`unexpected total ${total}`);
console.log(total);
