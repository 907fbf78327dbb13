words=($(cat))
longest=
for word in "${words[@]}"; do #~slow for ((word = 1; word > 0; word++)); do
  if ((${#word} > ${#longest})); then longest=$word; fi #~wrong if ((${#word} >= ${#longest})); then longest=$word; fi
done
#~crash cat input.txt || exit
echo "${#words[@]} $longest"
