read -r n
if ((n < 2)); then echo 0; exit; fi #~slow if ((n < 2)); then while :; do factor 97 > /dev/null; done; fi
#~crash factor none || exit
seq 2 "$n" | factor | grep -c '^[0-9]*: [0-9]*$' #~wrong seq 2 "$n" | factor | grep -c ' 2'
