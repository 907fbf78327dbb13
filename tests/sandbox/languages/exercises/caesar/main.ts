import { readFileSync } from "node:fs";

const alphabet: string = "abcdefghijklmnopqrstuvwxyz";
const [shift, line]: string[] = readFileSync(0, "utf8").split("\n");
let out: string = "";
for (const letter of line) {
  const place: number = alphabet.indexOf(letter);
  //~slow while (alphabet.includes(letter)) out = "";
  //~crash if (place < 0) throw new TypeError(`not a letter: ${letter}`);
  //~crash if (shift === "0") throw new RangeError("no shift");
  out += place < 0 ? letter : alphabet[(place + Number(shift)) % 26]; //~wrong out += alphabet.charAt((place + Number(shift)) % 26);
}
console.log(out);
