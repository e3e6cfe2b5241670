"""Headings that give away what stands under them: "Related articles", "You may also like", "Share this"."""

from __future__ import annotations

import re
from collections.abc import Collection

from guidetrack.extract.html.tree import CARD_HEADS, Node, Tree, ancestors

LONGEST = 60
"""Characters of the longest heading tried."""
CONTROL_CHARS = 50
FEW_TOKENS = 40
"""What holds more parsed pieces than this is no label, however little it says; keeps deep nesting linear."""
LABEL_CHARS = 80
MOST_TEASERS = 200
BLURB_CHARS = 200
"""Text outside links that one linked teaser may carry."""

SHORT = 40
_PRESSED = frozenset({"", "button", "form"})
_CONTROLS = frozenset({"button", "a", "div", "span", "input", "label", "p"})
_LIKE_HEADS = frozenset({"p", "div", "strong", "b", "span", "dt"})
_TOO_HIGH = frozenset({"html", "body", "main"})
_RELATED = re.compile(
    r"related(?: (?:content|links?|articles?|posts?|stories|story|topics?|news|pages?|items?|reading|videos?|coverage|tags))?"
    r"|more (?:from|on|in|about|news|stories|coverage|articles|like this|to (?:read|explore))\b.*|(?:top|latest|recent|breaking|popular|featured|trending|local) (?:news|stories|posts|articles|videos|headlines|comments)"
    r"|(?:you|readers|others) (?:may|might|could|will)? ?(?:also )?(?:like|love|enjoy|be interested in|want to read)\b.*|recommended(?: (?:for you|reading|articles|stories|videos|by))?.*|most (?:read|popular|viewed|shared|commented|watched|recent)(?: .*)?"
    r"|trending(?: .*)?|popular(?: (?:now|today|posts|stories))?|read (?:next|more|also)|up next|next up|what to read next|don'?t miss|editor'?s'? picks?|in case you missed it|around the web|from (?:the|around) (?:web|our partners|partners)|sponsored(?: .*)?|promoted(?: .*)?|partner content"
    r"|share(?: (?:this|on|via|article|page|story)\b.*)?|follow us\b.*|stay (?:connected|informed|in touch|up to date)\b.*|connect with us|social media"
    r"|(?:sign up|subscribe)\b.*|(?:email |e-mail )?newsletters?\b.*|(?:leave|add|post|write) (?:a )?(?:reply|comment)\b.*|comments? ?\(?\d*\)?|\d+ comments?|join the (?:conversation|discussion)|view (?:all )?comments"
    r"|was this (?:page|article|content|information) (?:helpful|useful)\b.*|advertisement|tags|filed under|explore more|also on\b.*|site (?:map|index|navigation)|quick links|navigation|main menu|menu"
    r"|verwandte (?:artikel|themen|inhalte)|das könnte sie auch interessieren|mehr zum thema|weitere artikel|meistgelesen|teilen"
    r"|(?:articles|contenus?|sujets|liens) (?:liés|similaires|connexes|associés)|à lire aussi|sur le même (?:sujet|thème)|les plus lus|partager|vous aimerez aussi|voir aussi"
    r"|(?:artículos|noticias|contenidos?|enlaces|temas) relacionad[oa]s|también te puede interesar|lo más leído|compartir|te puede interesar"
    r"|(?:articoli|notizie|contenuti) correlati|potrebbe interessarti(?: anche)?|leggi anche|condividi|gerelateerde (?:artikelen|berichten|inhoud)|lees ook|delen|(?:artigos|notícias|conteúdos?) relacionad[oa]s|leia também|compartilhar"
    r"|читайте также|по теме|самое читаемое|поделиться|相关(?:阅读|文章|新闻|推荐)|関連(?:記事|リンク)",
    re.I)


_CONSENT = re.compile(
    r"(?:yes,? )?(?:i )?(?:accept|allow|agree|reject|decline|refuse|deny|ok|okay|got it|manage|customi[sz]e|save|confirm)(?: (?:to )?(?:all|and (?:close|continue|proceed)|&? ?close|my|only|additional|optional|analytics|(?:strictly )?necessary|essential|required|non-essential))*(?: (?:cookies?|preferences|settings|choices|selection))*"
    r"|(?:alle(?:s)? )?(?:cookies )?(?:akzeptieren|annehmen|ablehnen|zustimmen|zulassen|accepteren|weigeren|toestaan)|(?:tout )?(?:accepter|refuser|j'accepte)(?: (?:tout|et fermer|les cookies))*|(?:aceptar|rechazar|permitir)(?: (?:todo|todas|cookies|las cookies))*|(?:accetta|rifiuta|accetto)(?: (?:tutti|tutto|i cookie))*|(?:aceitar|rejeitar)(?: (?:todos|cookies|tudo))*",
    re.I)
_COOKIE = re.compile(r"cookie|consent|gdpr|tracking technolog|traceurs", re.I)
BANNER_CHARS = 1500
"""A cookie notice with more text outside links than this is a document about cookies."""


def set_aside_cookies(tree: Tree, tops: Collection[Node]) -> None:
    """Mark notices that ask for consent, told by their controls ("Accept all") and their words.

    :param tops: nodes that hold the document; none of them becomes part of a notice.
    """
    past = -1
    for node in tree.nodes:
        if node.start < past:
            continue
        if node.rule not in _PRESSED:
            past = node.end
        elif node.tag in _CONTROLS and 1 < node.chars <= CONTROL_CHARS and node.size <= FEW_TOKENS \
                and _CONSENT.fullmatch(text_of(tree, node).strip(" .!")):
            banner = _banner_around(node, tops)
            if banner is not None and _COOKIE.search(text_of(tree, banner)):
                banner.rule = "cookie banner"
                past = banner.end


def _banner_around(control: Node, tops: Collection[Node]) -> Node | None:
    banner: Node | None = None
    for parent in ancestors(control):
        if parent.tag in _TOO_HIGH or parent.own > BANNER_CHARS or any(map(parent.holds, tops)):
            break
        banner = parent
    return banner


def text_of(tree: Tree, node: Node) -> str:
    """The words inside ``node``, set aside or not, folded."""
    return " ".join("".join(t for t in tree.tokens[node.start:node.end] if isinstance(t, str)).split())


def set_aside_related(tree: Tree, core: Node) -> None:
    """Mark what stands under such a heading, as far up as it holds nothing but linked teasers."""
    past = -1
    for node in tree.nodes:
        if node.start < past:
            continue
        if node.rule:
            past = node.end
        elif 0 < node.chars <= LONGEST and node.size <= FEW_TOKENS and _may_head(node):
            text = text_of(tree, node).strip(" :.…!?›»>-|")
            if _RELATED.fullmatch(text.replace("’", "'")):
                past = max(past, _mark_group(tree, node, core))


def _may_head(node: Node) -> bool:
    if node.tag in CARD_HEADS or node.tag == "h1" or node.attrs.get("role") == "heading":
        return True
    return node.tag in _LIKE_HEADS and not node.linked and node.chars <= SHORT


def _mark_group(tree: Tree, heading: Node, core: Node) -> int:
    """Mark the group under ``heading``; returns where in the tokens the mark ends, or -1."""
    best: Node | None = None
    for parent in ancestors(heading):
        if parent.tag in _TOO_HIGH or parent.docs or parent.holds(core) or not _is_teasers(parent, heading):
            break
        best = parent
    if best is not None and best.chars > heading.chars + 5:
        best.rule = "related links"
        return best.end
    return _mark_following(tree, heading if best is None else best)


def _is_teasers(node: Node, heading: Node) -> bool:
    rest = node.own - heading.own
    return rest <= LABEL_CHARS or rest <= BLURB_CHARS * node.anchors


def _mark_following(tree: Tree, heading: Node) -> int:
    group: list[Node] = []
    at = heading.end + 1
    while at < len(tree.tokens) and len(group) < MOST_TEASERS:
        token = tree.tokens[at]
        if token is None:
            break
        if isinstance(token, str):
            if not token.isspace():
                return -1
            at += 1
            continue
        if token.tag in CARD_HEADS and token.tag <= heading.tag:
            break
        if token.chars and not token.rule:
            if token.docs or token.linked < token.chars / 2 or not token.anchors:
                break
            group.append(token)
        at = token.end + 1
    if not group:
        return -1
    for node in (heading, *group):
        node.rule = "related links"
    return group[-1].end
