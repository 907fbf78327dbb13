read -r rows columns
out=()
for ((r = 0; r < rows; r++)); do #~slow for ((r = 0; r < rows; r += 0)); do
  read -ra row #~slow row=()
  for c in "${!row[@]}"; do out[c]+="${row[c]} "; done #~wrong for c in "${!row[@]}"; do out[r]+="${row[c]} "; done
  #~crash kill -ABRT $BASHPID
done
printf '%s\n' "${out[@]}" #~wrong printf '%s\n' "${out[@]}" 0
