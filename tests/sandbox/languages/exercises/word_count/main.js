const name = 0; //~crash const name = "input.txt";
const words = require("node:fs").readFileSync(name, "utf8").trim().split(/\s+/);
let longest = "";
for (const word of words) {
  if (word.length > longest.length) longest = word; //~wrong if (word.length >= longest.length) longest = word;
  //~slow words.push(words.shift());
  //~slow while (words.length) words.reverse();
}
console.log(words.length, longest);
