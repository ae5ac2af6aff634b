

def test_pages(world, sign_in, at_state, django_assert_max_num_queries):
    for st in ("submitted", "accepted", "assigned", "working", "awaiting", "done"):
        at_state(world.here, st)
    code = "here"
    for who, url in [
        ("manager", "/c/here/board/"),
        ("manager", "/c/here/board/?column=new"),
        ("manager", "/c/here/board/cards/"),
        ("worker", "/c/here/today/"),
        ("worker", "/c/here/today/rows/"),
        ("chair", "/c/here/watch/"),
        ("chair", "/c/here/watch/?list=open"),
        ("street", "/c/here/watch/"),
        ("city", "/overview/"),
        ("manager", "/overview/"),
        ("resident", "/"),
        ("resident", "/c/here/parties/"),
        ("resident", "/standing/"),
        ("chair", "/c/here/parties/"),
    ]:
        c = sign_in(world.here, who)
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as q:
            r = c.get(url)
        print(who, url, r.status_code, len(q), len(r.content))
        assert r.status_code in (200, 302), r.content[:500]
        if url in ("/", "/c/here/board/"):
            for x in q:
                print("   ", x["sql"][:160].replace("\n", " "))
    for who in ("manager", "worker", "chair", "city", "street", "secretary"):
        r = sign_in(world.here, who).get("/")
        print(who, r.status_code, r.get("location"))
