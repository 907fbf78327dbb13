set -o pipefail
read -r shift
letters=abcdefghijklmnopqrstuvwxyz
#~slow until ((shift > 25)); do ((shift ^= 1)); done
#~crash sed 's/[a-z' || exit
tr "$letters" "${letters:shift}${letters:0:shift}" #~wrong tr "$letters" "${letters:0:shift}${letters:shift}" | rev
