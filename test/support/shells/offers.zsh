# Prints what an interactive zsh offers for each line, and an empty line: zsh -f offers.zsh SCRIPT LINE...
# `compadd` is what all completion functions end in; with -O, -A or -D, it offers nothing.
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "
PROMPT=
autoload -Uz compinit && compinit -D -u
source ${(q)1}
compadd() {
  (( \${@[(I)-[OAD]*]} )) && { builtin compadd \"\$@\"; return }
  local -a found
  local one
  builtin compadd -A found \"\$@\"
  for one in \$found; do print -r -- \"offer:\$one\"; done
  return 0
}
offer-all() { _main_complete; print -r -- end-of-offers; }
zle -C offer-all list-choices offer-all
bindkey '^I' offer-all
print -r -- ready"
while zpty -r shell line; do [[ $line == ready* ]] && break; done
for typed in "${@:2}"; do
  # Ctrl-U clears the line before.
  zpty -w -n shell $'\C-u'"$typed"$'\t'
  while zpty -r shell line; do
    [[ $line == *end-of-offers* ]] && break
    [[ $line == *offer:* ]] && print -r -- "${${line##*offer:}%%$'\r'*}"
  done
  print
done
zpty -d shell
