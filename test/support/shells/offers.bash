# Prints what bash offers for each line, and an empty line: bash --norc offers.bash SCRIPT LINE...
source "$1"
for typed in "${@:2}"; do
  # readline also splits at =.
  read -ra COMP_WORDS <<<"${typed//=/ = }"
  [[ $typed == *' ' ]] && COMP_WORDS+=('')
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
  "$(complete -p "${COMP_WORDS[0]}" | sed 's/.*-F \([^ ]*\) .*/\1/')"
  ((${#COMPREPLY[@]} == 0)) || printf '%s\n' "${COMPREPLY[@]}"
  echo
done
