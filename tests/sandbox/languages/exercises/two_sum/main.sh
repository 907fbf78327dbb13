read -r target
read -ra numbers
for ((i = 0; i < ${#numbers[@]}; i++)); do
  for ((j = i + 1; j < ${#numbers[@]}; j++)); do #~wrong for ((j = i; j < ${#numbers[@]}; j++)); do
    #~slow ((j--))
    #~crash exec ./program
    #~slow continue
    if ((numbers[i] + numbers[j] == target)); then echo "$i $j"; exit; fi
  done
done
echo none
