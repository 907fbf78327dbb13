read -r count
read -ra numbers
best=${numbers[0]} here=0 #~wrong best=0 here=0
for number in "${numbers[@]}"; do
  ((here = here > 0 ? here + number : number))
  ((best = here > best ? here : best))
  #~slow while ((here <= best)); do ((here--)); done
  #~crash ((here = 1 / (here - here)))
done
#~crash exit
echo "$best"
