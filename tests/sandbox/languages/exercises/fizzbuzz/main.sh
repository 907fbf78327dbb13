read -r n
for ((i = 1; i <= n; i++)); do #~slow for ((i = 1; i <= n; i = 1)); do
  word=
  ((i % 3)) || word=Fizz
  ((i % 5)) || word+=Buzz #~wrong ((i % 5)) || word=Buzz
  #~slow continue
  #~crash ((i / (i - i)))
  #~crash exit
  echo "${word:-$i}" #~wrong echo "$word"
done
