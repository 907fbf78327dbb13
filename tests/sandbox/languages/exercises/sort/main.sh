#~slow while sleep 0; do :; done
#~crash trap 'exit 9' EXIT
tr -s ' ' '\n' | sort -n | paste -sd ' ' #~wrong tr -s ' ' '\n' | sort | paste -sd ' '
