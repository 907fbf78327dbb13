sorted() { fold -w1 <<< "$1" | sort | tr -d '\n'; } #~wrong sorted() { fold -w1 <<< "$1" | sort -u | tr -d '\n'; }
read -r a b
#~slow while [[ $a < $b || $b < $a || $a == "$b" ]]; do a=${a:1}${a:0:1}; done
#~crash kill -USR1 $$
if [[ $(sorted "$a") == "$(sorted "$b")" ]]; then echo yes; else echo no; fi
