const [shift, line] = require("node:fs").readFileSync(0, "utf8").split("\n");
const move = (letter) => {
  const code = letter.charCodeAt(0) - 97 + Number(shift);
  return String.fromCharCode(97 + (code % 26)); //~wrong return String.fromCharCode(97 + code);
};
//~slow while (Number(shift) < 26) {}
console.log(line.replace(/[a-z]/g, move)); //~crash console.log(line.replaceAll(/[a-z]/, move));
