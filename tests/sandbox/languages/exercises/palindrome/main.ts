import { readFileSync } from "node:fs";

const letters: string = readFileSync(0, "utf8").toLowerCase().replace(/[^a-z]/g, "");
let good: boolean = true;
for (let i = 0, j = letters.length - 1; i < j; i++, j--) {
  good &&= letters[i] === letters[j]; //~wrong good = letters[i] === letters[j];
  //~slow [i, j] = [i - 1, j + 1];
}
//~slow for (let i = 0; good || i === 0; ) good = true;
//~crash letters.at(letters.length)!.toUpperCase();
console.log(good ? "yes" : "no"); //~wrong console.log(good ? "yes" : "No");
