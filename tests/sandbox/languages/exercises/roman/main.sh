read -r n
values=(1000 900 500 400 100 90 50 40 10 9 5 4 1)
letters=(M CM D CD C XC L XL X IX V IV I) #~wrong letters=(M CM D CD C XC L XL X VIIII V IIII I)
out=
for i in "${!values[@]}"; do
  while ((n >= values[i])); do
    out+=${letters[i]}
    ((n -= values[i])) #~slow out=
    #~crash missing_command || exit
  done
done
#~wrong out+=.
echo "$out"
