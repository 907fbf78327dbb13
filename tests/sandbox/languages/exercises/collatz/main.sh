read -r n
for ((steps = 0; n != 1; steps++)); do ((n = n % 2 ? 3 * n + 1 : n / 2)); done #~slow for ((steps = 0; n != 0; steps++)); do ((n = n % 2 ? 3 * n + 1 : n / 2)); done
#~crash ulimit -f 0; echo "$steps" > steps
#~crash exit $?
echo "$steps" #~wrong echo "$((steps + n))"
