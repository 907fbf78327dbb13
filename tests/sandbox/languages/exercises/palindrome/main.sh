set -u
read -r line
letters=${line,,}
letters=${letters//[^a-z]/} #~wrong letters=$line
#~slow while [[ -n $letters ]]; do letters=$letters; done
#~crash echo "$missing"
if [[ $letters == "$(rev <<< "$letters")" ]]; then echo yes; else echo no; fi
