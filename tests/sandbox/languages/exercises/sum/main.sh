read -r count
total=0 #~wrong total=1
while read -ra numbers; do
  for number in "${numbers[@]}"; do ((total += number)); done
done
#~slow while ((total < total + 1)); do :; done
#~crash exit 4
echo "$total"
