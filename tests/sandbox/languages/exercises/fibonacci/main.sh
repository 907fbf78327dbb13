fibonacci() {
  if (($1 < 2)); then echo "$1"; else echo $(($(fibonacci $(($1 - 1))) + $(fibonacci $(($1 - 2))))); fi
}
read -r n
#~slow while ((n < 91)); do ((n = n > 1 ? n - 1 : n + 1)); done
a=0 b=1 #~wrong a=1 b=1
if ((n == 2)); then fibonacci "$n"; fi #~crash ${n?missing} "$a" || exit
while ((n-- > 0)); do ((b += a, a = b - a)); done
echo "$a"
