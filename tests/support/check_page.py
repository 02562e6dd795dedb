"""check_page.py PAGE: whether a report is what it promises before any browser sees it: well-formed as XML, each id once, links that lead
somewhere, no element that loads or runs anything, and no id of a contractor where it could be told from a count."""
import re
import sys
import xml.etree.ElementTree as tree

text = open(sys.argv[1], encoding="utf-8").read()
page = tree.fromstring(text.replace("<!DOCTYPE html>\n", "", 1))
wrong = []
ids = [element.get("id") for element in page.iter() if element.get("id")]
wrong += [f"id twice: {one}" for one in sorted(set(ids)) if ids.count(one) > 1]
levels = []
for element in page.iter():
    name = element.tag.split("}")[-1]
    if name in ("script", "iframe", "object", "embed", "img", "audio", "video", "form", "base"):
        wrong.append(f"<{name}>")
    if name == "link" and element.get("href") != "data:,":
        wrong.append(f"<link> to {element.get('href')}")
    if re.fullmatch("h[1-6]", name):
        if int(name[1]) > (levels[-1] if levels else 0) + 1:
            wrong.append(f"{name} after h{levels[-1] if levels else 0}: {''.join(element.itertext())}")
        levels.append(int(name[1]))
    for attribute, value in element.attrib.items():
        if attribute in ("src", "srcset", "style", "action") or attribute.startswith("on"):
            wrong.append(f"{attribute} of <{name}>")
        if attribute == "href" and value.startswith("#") and value[1:] not in ids:
            wrong.append(f"a link to {value}, which is not there")
        if attribute in ("aria-labelledby", "aria-describedby"):
            wrong += [f"{attribute} {one}, which is not there" for one in value.split() if one not in ids]
    if name == "svg" and element.get("role") == "img":
        kinds = [child.tag.split("}")[-1] for child in element]
        if kinds[:2] != ["title", "desc"]:
            wrong.append("an SVG without title and description")
if re.search(r"url\(|@import|https?://(?!www\.w3\.org/1999/xhtml)", text):
    wrong.append("an address of somewhere else")
if levels.count(1) != 1:
    wrong.append("not one h1")
for line in wrong:
    print(line, file=sys.stderr)
sys.exit(1 if wrong else 0)
