"""Headings that give away what stands under them: "Related articles", "You may also like", "Share this"."""

from __future__ import annotations

import re

from guidetrack.extract.html.tree import Node, Tree

LONGEST = 60
BLURB_CHARS = 200
"""Text outside links that one linked teaser may carry."""

SHORT = 40
_PRESSED = frozenset({"", "button", "form"})
_CONTROLS = frozenset({"button", "a", "div", "span", "input", "label", "p"})
_LIKE_HEADS = frozenset({"p", "div", "strong", "b", "span", "dt"})
_HEADS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
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


def set_aside_cookies(tree: Tree, core: Node) -> None:
    """Mark notices that ask for consent, told by their controls ("Accept all") and their words."""
    for node in tree.nodes:
        if 1 < node.chars <= SHORT + 10 and node.tag in _CONTROLS and _inside_mark(node) in _PRESSED \
                and _CONSENT.fullmatch(text_of(tree, node).strip(" .!")):
            banner: Node | None = None
            parent = node.parent
            while parent is not None and parent.tag not in ("body", "html", "main") and parent.own <= BANNER_CHARS \
                    and not parent.holds(core):
                banner = parent
                parent = parent.parent
            if banner is not None and _COOKIE.search(text_of(tree, banner)):
                banner.rule = "cookie banner"


def text_of(tree: Tree, node: Node) -> str:
    """The words inside ``node``, set aside or not, folded."""
    return " ".join("".join(t for t in tree.tokens[node.start:node.end] if isinstance(t, str)).split())


def set_aside_related(tree: Tree, core: Node) -> None:
    """Mark what stands under such a heading, as far up as it holds nothing but linked teasers."""
    for node in tree.nodes:
        if 0 < node.chars <= LONGEST and _may_head(node) and not _inside_mark(node):
            text = text_of(tree, node).strip(" :.…!?›»>-|")
            if _RELATED.fullmatch(text.replace("’", "'")):
                _mark_group(tree, node, core)


def _may_head(node: Node) -> bool:
    if node.tag in _HEADS or node.attrs.get("role") == "heading":
        return True
    return node.tag in _LIKE_HEADS and not node.linked and node.chars <= SHORT


def _inside_mark(node: Node | None) -> str:
    """The rule of the node or of what holds it, or empty."""
    while node is not None:
        if node.rule:
            return node.rule
        node = node.parent
    return ""


def _mark_group(tree: Tree, heading: Node, core: Node) -> None:
    best: Node | None = None
    parent = heading.parent
    while parent is not None and parent.tag not in ("body", "html", "main") and not parent.holds(core) \
            and _is_teasers(parent, heading) and not parent.docs:
        best = parent
        parent = parent.parent
    if best is not None and best.chars > heading.chars + 5:
        best.rule = "related links"
        return
    _mark_following(tree, heading if best is None else best)


def _is_teasers(node: Node, heading: Node) -> bool:
    rest = node.own - heading.own
    return rest <= 80 or rest <= BLURB_CHARS * node.anchors


def _mark_following(tree: Tree, heading: Node) -> None:
    group: list[Node] = []
    at = heading.end + 1
    while at < len(tree.tokens):
        token = tree.tokens[at]
        if token is None:
            break
        if isinstance(token, str):
            if not token.isspace():
                return
            at += 1
            continue
        if token.tag in _HEADS and token.tag <= heading.tag:
            break
        if token.chars and not token.rule:
            if token.docs or token.linked < token.chars / 2 or not token.anchors:
                break
            group.append(token)
        at = token.end + 1
    if group:
        for node in (heading, *group):
            node.rule = "related links"
