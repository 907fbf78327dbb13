read -r amount
read -ra kinds
never=1000000 #~wrong never=99
fewest=(0)
for ((sum = 1; sum <= amount; sum++)); do #~slow for ((sum = 1; sum <= amount; sum /= 2, sum++)); do
  best=$never
  for kind in "${kinds[@]}"; do
    ((kind <= sum && fewest[sum - kind] + 1 < best)) && ((best = fewest[sum - kind] + 1))
  done
  fewest[sum]=$best
done
#~crash exit 1
echo $((fewest[amount] < never ? fewest[amount] : -1)) #~wrong echo $((fewest[amount] < never ? fewest[amount] : never))
