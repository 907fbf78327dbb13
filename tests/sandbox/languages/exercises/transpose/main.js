const [first, ...lines] = require("node:fs").readFileSync(0, "utf8").trim().split("\n");
const [rows, columns] = first.split(" ").map(Number);
const table = lines.map((line) => line.split(" "));
for (let c = 0; c < columns; c++) {
  //~slow while (table.length) c = 0;
  const row = [];
  for (let r = 0; r < rows; r++) row.push(table[r][c]); //~wrong for (let r = 0; r < rows; r++) row.push(table[0][c]);
  //~crash row.push(table[rows][c]);
  console.log(row.join(" "));
}
