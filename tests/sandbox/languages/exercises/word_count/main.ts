import { readFileSync } from "node:fs";

interface Count { words: number; longest: string }
const text: string = readFileSync(0, "utf8");
const count: Count = { words: 0, longest: "" };
//~crash Object.freeze(count);
for (const [word] of text.matchAll(/\S+/g)) {
  //~slow for (;;) count.longest = word;
  count.words++;
  if (word.length > count.longest.length) count.longest = word; //~wrong if (word > count.longest) count.longest = word;
}
console.log(`${count.words} ${count.longest}`);
