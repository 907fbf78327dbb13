const word = require("node:fs").readFileSync(0, "utf8").trim();
let out = "";
for (let i = 0, j = 0; i < word.length; i = j) { //~slow for (let i = 0, j = 0; i < word.length; i = 0) {
  while (word[j] === word[i]) j++; //~wrong while (word[j] === word[i] && j - i < 9) j++;
  //~slow j = 0;
  //~crash word[i + 99].toString();
  out += `${j - i}${word[i]}`; //~slow out = "";
}
console.log(out);
