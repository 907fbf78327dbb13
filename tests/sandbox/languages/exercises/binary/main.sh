read -r n
digits=
while
  digits=$((n % 2))$digits #~wrong digits+=$((n % 2))
  ((n /= 2)) #~slow ((n = 2))
do :; done #~slow do digits=; done
#~crash exit 256255
echo "$digits" #~wrong echo "0$digits"
