# The keys of all executables, as each tells them (`NAME --manual=keys`, a file NAME.keys an executable), as one page: a key that
# several know stands there once, with all who do.
# awk -v date=DATE -v version=VERSION -f growth.conf.5.awk NAME.keys…

FNR == 1 {
	executables++
	executable = FILENAME
	sub(/.*\//, "", executable)
	sub(/\.keys$/, "", executable)
}

/^\.\\" key / {
	key = $3
	known = key in text
	if (!known)
		order[++keys] = key
	readers[key]++
	who[key] = who[key] (who[key] == "" ? "" : ", ") executable
	next
}

!known { text[key] = text[key] $0 "\n" }

function section(key) { return substr(key, 1, index(key ".", ".") - 1) }

END {
	gsub(/-/, "\\-", version)
	printf ".TH GROWTH.CONF 5 \"%s\" \"growth\\-patterns %s\" \"Growth patterns\"\n.ad l\n.nh\n", date, version
	while ((getline line < head) > 0)
		print line
	for (i = 1; i <= keys; i++) {
		if (shown[section(order[i])]++)
			continue
		printf ".SS %s\n", section(order[i])
		for (k = i; k <= keys; k++) {
			if (section(order[k]) != section(order[i]))
				continue
			gsub(/-/, "\\-", who[order[k]])
			printf "%s.br\nRead by %s.\n", text[order[k]],
				readers[order[k]] == executables ? "all" : who[order[k]]
		}
	}
	print ".SH SEE ALSO"
	print ".BR growthctl (1),\n.BR cohort\\-analyzer (1),\n.BR matcher (1),\n.BR goal\\-enricher (1),\n.BR success\\-tracker (1)"
}
