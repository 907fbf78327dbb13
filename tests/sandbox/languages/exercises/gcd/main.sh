set -e
read -r a b
while ((b > 0)); do
  ((rest = a % b, a = b, b = rest, 1)) #~slow ((a > b ? (a -= b) : (b -= a), a && b)) || b=1
done
#~crash test "$b" -gt "$a"
echo "$a" #~wrong echo "$b"
