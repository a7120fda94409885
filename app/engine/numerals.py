"""Amounts in words (大写), as contracts and 票据 write them.

Source: 支付结算办法, 附一 正确填写票据和结算凭证的基本规定.
"""

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿")


def in_words(fen: int) -> str:
    """Fen as 大写: `叁佰万元整`, `壹仟元零伍分`; a negative amount begins with 负."""
    yuan, cents = divmod(abs(fen), 100)
    tens, ones = divmod(cents, 10)
    whole = f"{_whole(yuan)}元" if yuan or not cents else ""
    if not cents:
        small = "整"
    else:
        small = f"{DIGITS[tens]}角" if tens else ("零" if yuan else "")
        small += f"{DIGITS[ones]}分" if ones else ""
    return ("负" if fen < 0 else "") + whole + small


def _whole(yuan: int) -> str:
    """Whole yuan in words, groups of four digits."""
    if yuan == 0:
        return DIGITS[0]
    words, rest, place = "", yuan, 0
    while rest:
        rest, group = divmod(rest, 10_000)
        if group:
            gap = DIGITS[0] if rest and (group < 1000 or rest % 10 == 0) else ""
            words = gap + _group(group) + _unit(place, words) + words
        place += 1
    return words


def _unit(place: int, lower: str) -> str:
    """万亿 loses its 亿 when the group of 亿 below has said it."""
    return "万" if place == 3 and "亿" in lower else GROUPS[place]


def _group(number: int) -> str:
    """One to four digits in words, inner zeros said once."""
    words, pending = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            words += (DIGITS[0] if pending and words else "") + DIGITS[digit] + PLACES[place]
            pending = False
        else:
            pending = True
    return words
