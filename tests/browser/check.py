"""Does in a headless Chromium what a reader of the pages does, and keeps screenshots. Run by run.sh."""
import json
import pathlib
import sys
import time

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

FOLDER = pathlib.Path(sys.argv[1]).resolve()
failures = []


def check(what, holds, found=""):
    print("ok  " if holds else "FAIL", what, found)
    if not holds:
        failures.append(what)


def browser():
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"]:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=webdriver.ChromeService("/usr/bin/chromedriver"))


driver = browser()


def screen(width, height=900, dark=False, script=True):
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                           {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500})
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia",
                           {"features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not script})


def open_page(name, place=""):
    driver.get("about:blank")
    driver.get(f"file://{FOLDER}/{name}{place}")


def one(selector):
    return driver.find_element(By.CSS_SELECTOR, selector)


def every(selector):
    return driver.find_elements(By.CSS_SELECTOR, selector)


def wait(holds):
    WebDriverWait(driver, 10).until(lambda _: holds())


def scrolled(pane):
    return driver.execute_script("return arguments[0].scrollTop", pane)


def scroll(pane, y):
    driver.execute_script("arguments[0].scrollTop = arguments[1]", pane, y)
    time.sleep(0.15)


def column(table, n):
    return driver.execute_script(
        "return [...document.querySelectorAll(arguments[0] + ' tbody tr')].map(r => r.cells[arguments[1]].textContent.trim())", table, n)


def shot(name):
    for width, scheme in [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")]:
        screen(width, 900 if width > 500 else 844, scheme == "dark")
        time.sleep(0.2)
        wide = driver.execute_script("return document.documentElement.scrollWidth")
        check(f"{name} fits {width} px", wide <= width, wide)
        driver.save_screenshot(str(FOLDER / f"{name}-{width}-{scheme}.png"))
    screen(1280)


def listing():
    screen(1280)
    open_page("corpus.html")
    check("the clusters are listed", len(every("#clusters tbody tr")) == 22, len(every("#clusters tbody tr")))
    shot("list")
    counts = [int(x) for x in column("#clusters", 1)]
    check("largest first", counts == sorted(counts, reverse=True))
    button = one("#clusters thead th:nth-child(2) button")
    button.send_keys(Keys.ENTER)
    button.send_keys(Keys.ENTER)
    head = one("#clusters thead th:nth-child(2)")
    check("a head sorts by keyboard, and says so", head.get_attribute("aria-sort") == "ascending"
          and [int(x) for x in column("#clusters", 1)] == sorted(counts))
    one("#clusters thead th:nth-child(1) button").click()
    titles = column("#clusters", 0)
    check("another sorts by words", one("#clusters th").get_attribute("aria-sort") == "ascending" and titles != column("#clusters", 1))
    Select(one("#f-source")).select_by_visible_text("UPI")
    shown = [r for r in every("#clusters tbody tr") if r.is_displayed()]
    check("filters by agency", 0 < len(shown) < 22 and all("UPI" in r.text for r in shown), one("#f-shown").text)
    one("#f-clear").click()
    one("#f-text").send_keys("whaler")
    shown = [r for r in every("#clusters tbody tr") if r.is_displayed()]
    check("filters by words of any version", len(shown) == 1, one("#f-shown").text)
    one("#f-clear").click()
    Select(one("#f-outlet")).select_by_visible_text("Quay Courier")
    Select(one("#f-relation")).select_by_visible_text("reuse")
    check("filters by outlet and relation", any(r.is_displayed() for r in every("#pairs tbody tr")), one("#f-shown").text)
    one("#f-clear").click()


def cluster():
    driver.execute_script("window.scrollTo(0, 200)")
    link = one("#clusters tbody a[href='#c0']")
    link.click()
    wait(lambda: one("#view").is_displayed())
    check("a cluster opens", not one("#list").is_displayed() and one("#view h2").text != "")
    check("focus is on its heading", driver.switch_to.active_element.tag_name == "h2")
    check("its timeline has a dot for each dated version", len(every("#timeline circle")) > 1, len(every("#timeline circle")))
    check("its graph has arrows", len(every("#graph .tip")) > 0, len(every("#graph .tip")))
    shot("cluster")
    driver.back()
    wait(lambda: one("#list").is_displayed())
    check("back returns to the place", driver.switch_to.active_element.get_attribute("href").endswith("#c0"))


def pair():
    one("#clusters tbody a[href='#c0']").click()
    wait(lambda: every("#view table a"))
    every("#view table a")[0].click()
    wait(lambda: every(".pane"))
    a, b = every(".pane")
    marks = every(".pane mark")
    check("the passages are marked in both", len(marks) >= 2 and len(every(".pane")[0].find_elements(By.TAG_NAME, "mark")) > 0)
    tell = one("#view .facts").text
    check("both shares are told", tell.count("of its prose") == 2)
    screen(1280, 500)
    time.sleep(0.2)
    for pane, other, name in [(a, b, "first"), (b, a, "second")]:
        scroll(pane, 0)
        before = scrolled(other)
        scroll(pane, 150)
        check(f"the {name} pane takes the other along", scrolled(other) > before, f"{before} to {scrolled(other)}")
        check("and stays itself", abs(scrolled(pane) - 150) < 3, scrolled(pane))
    one("#together").click()
    scroll(a, 0)
    before = scrolled(b)
    scroll(a, 120)
    check("and not when told not to", scrolled(b) == before and one("#together").get_attribute("aria-pressed") == "false")
    one("#together").click()
    tag = a.find_elements(By.CSS_SELECTOR, "button.tag")[-1]
    tag.send_keys(Keys.ENTER)
    focused = driver.switch_to.active_element
    check("a passage leads to its partner", focused.get_attribute("class") == "tag"
          and driver.execute_script("return arguments[0].contains(arguments[1])", b, focused))
    seen = driver.execute_script(
        "const p = arguments[1].getBoundingClientRect(), m = arguments[0].getBoundingClientRect(); return m.bottom > p.top && m.top < p.bottom", focused, b)
    check("which is in sight", seen)
    screen(1280)
    every("#view details summary")[0].click()
    check("the evidence is told", len(every("#evidence tbody tr")) > 0)
    shot("pair")


def scripts():
    screen(1280)
    open_page("corpus.html")
    found = driver.execute_script(r"""
        for (const s of document.querySelectorAll('script[id^=m]')) {
          const m = JSON.parse(s.textContent);
          const a = JSON.parse(document.getElementById('a' + m.a).textContent);
          if (/[\u0600-\u06ff]/.test(a.text)) return m.m;
        }
        return null;""")
    check("there is a pair of Arabic articles", found is not None)
    open_page("corpus.html", f"#m{found}")
    wait(lambda: every(".pane"))
    style = driver.execute_script(
        "const t = document.querySelector('.pane .text'); return [getComputedStyle(t).direction, getComputedStyle(t).unicodeBidi]")
    check("which runs from right to left", style == ["rtl", "plaintext"], style)
    edges = driver.execute_script("""
        const text = document.querySelector('.pane .text'), range = document.createRange();
        range.setStart(text.firstChild, 0);
        range.setEnd(text.firstChild, 5);
        const [word, pane] = [range.getBoundingClientRect(), text.getBoundingClientRect()];
        return [word.left - pane.left, pane.right - word.right];""")
    check("from the right edge", edges[1] < 5 < edges[0], edges)
    shot("arabic")


def others():
    open_page("no-texts.html", "#m0")
    wait(lambda: every(".pane"))
    check("without texts the passages are shown", "no text" in one(".pane .note").text and len(every(".pane mark")) >= 2)
    shot("no-texts")
    open_page("many.html")
    shot("many")
    driver.execute_script("document.querySelector('#outlets').scrollIntoView()")
    driver.save_screenshot(str(FOLDER / "outlets.png"))
    open_page("pair.html")
    wait(lambda: every(".pane"))
    check("a comparison opens on its pair", len(every(".pane mark")) >= 2)
    check("words of one side alone are told apart", len(every(".pane i.own")) > 0, [e.text for e in every(".pane i.own")][:4])
    shot("compare")
    screen(1280, script=False)
    open_page("corpus.html")
    check("without scripts there are the tables", len(every("#clusters tbody tr")) == 22 and len(every("noscript p")) == 1)
    driver.save_screenshot(str(FOLDER / "noscript.png"))
    screen(1280)


def hostile():
    open_page("hostile.html")
    one("#clusters tbody a").click()
    wait(lambda: every("#graph svg"))
    open_page("hostile.html", "#m0")
    wait(lambda: every(".pane"))
    text = one(".pane .text").text
    check("an article that is a script is read as text", "<script>document.body.dataset.broken=1</script>" in text)
    check("and never runs", driver.execute_script("return document.body.dataset.broken === undefined && !document.images.length"))
    links = [a.get_attribute("href") for a in every(".side h3 a")]
    check("an address that is a script is no link", all(h.startswith("https://post.example/") for h in links) and len(links) == 1, links)
    shot("hostile")


def large():
    open_page("large.html")
    begun = time.monotonic()
    one("#clusters tbody a").click()
    wait(lambda: every("#graph svg"))
    check("a cluster of 402 opens within two seconds", time.monotonic() - begun < 2, f"{time.monotonic() - begun:.2f} s")
    shot("large")


def speed():
    screen(1280)
    taken = []
    for _ in range(3):
        driver.get("about:blank")
        begun = time.monotonic()
        open_page("many.html")
        wait(lambda: one("#f-shown").text.startswith("Shown: "))
        taken.append(round(time.monotonic() - begun, 2))
    rows = len(every("#clusters tbody tr"))
    size = (FOLDER / "many.html").stat().st_size / 1e6
    timing = driver.execute_script("const t = performance.getEntriesByType('navigation')[0]; return t.loadEventEnd")
    check(f"{rows} clusters of {size:.1f} MB open in two seconds", rows == 1000 and min(taken) < 2, f"{taken} s; load event {timing:.0f} ms")
    begun = time.monotonic()
    every("#clusters tbody a")[500].click()
    wait(lambda: every("#graph svg"))
    check("a cluster of them opens at once", time.monotonic() - begun < 1, f"{time.monotonic() - begun:.2f} s")


def silence():
    told = [entry for entry in driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
    check("no error in the console", not told, json.dumps(told))


try:
    for part in [listing, cluster, pair, scripts, others, hostile, large, speed, silence]:
        part()
finally:
    driver.quit()
print(f"{len(failures)} failures; screenshots in {FOLDER}")
sys.exit(bool(failures))
