shopt -s extglob
read -r word
out=
while [[ -n $word ]]; do
  letter=${word:0:1}
  rest=${word##+("$letter")} #~slow rest=$word
  #~crash : "${rest:?nothing after $letter}"
  out+=$((${#word} - ${#rest}))$letter #~wrong out+=$letter$((${#word} - ${#rest}))
  word=$rest
done
echo "$out"
