# Prints what fish offers for each line, and an empty line: fish --no-config offers.fish SCRIPT LINE...
source $argv[1]
for typed in $argv[2..]
    complete --do-complete $typed | string replace --regex '\t.*' ''
    echo
end
