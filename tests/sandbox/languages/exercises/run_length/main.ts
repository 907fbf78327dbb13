import { readFileSync } from "node:fs";

const word: string = readFileSync(0, "utf8").trim();
//~slow while (word.replace(/x*$/, "").length >= 0);
//~crash decodeURIComponent("%" + word);
console.log(word.replace(/(.)\1*/g, (run: string, letter: string) => `${run.length}${letter}`)); //~wrong console.log(word.replace(/(.)\1+/g, (run: string, letter: string) => `${run.length}${letter}`));
