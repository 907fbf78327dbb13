read -ra words
out=()
for word in "${words[@]}"; do out=("$word" "${out[@]}"); done #~wrong for word in "${words[@]}"; do out+=("$word"); done
#~wrong out+=(end)
#~slow until [[ -z ${out[*]} ]]; do words=("${out[@]}"); done
#~crash kill -SEGV $$
echo "${out[*]}"
