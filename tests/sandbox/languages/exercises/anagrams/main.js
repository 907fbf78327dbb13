const [a, b] = require("node:fs").readFileSync(0, "utf8").trim().split(" ");
function* orders(word) {
  if (!word) yield "";
  for (const letter of word) for (const rest of orders(word.replace(letter, ""))) yield letter + rest;
}
//~slow for (const order of orders("abcdefghijklmn" + a)) if (order === b) break;
//~crash JSON.parse(a);
const sorted = (word) => [...word].sort().join(""); //~wrong const sorted = (word) => [...new Set(word)].join("");
console.log(sorted(a) === sorted(b) ? "yes" : "no");
