read -r text
before=
while [[ $text != "$before" ]]; do #~slow while [[ $text || $before ]]; do
  before=$text
  #~slow continue
  for pair in '()' '[]' '{}'; do text=${text//"$pair"/}; done #~wrong for pair in '(?' '[?' '{?'; do text=${text//$pair/}; done
done
#~wrong text=
#~crash [[ $text ]] || exit 2
#~crash return 1
if [[ -z $text ]]; then echo yes; else echo no; fi
