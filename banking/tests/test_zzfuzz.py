import json
from hypothesis import HealthCheck, given, settings, strategies as st
from banking.tests.factories import *
from banking.forms import TransactionFilter
J = st.recursive(st.none()|st.booleans()|st.integers()|st.floats()|st.text(max_size=8)|st.sampled_from(["2026-03-10","-4.5","1e400","1E-999999","NaN","\x00","a\u202eb",10**30,"expense","USD","COFFEE"]), lambda c: st.lists(c,max_size=3)|st.dictionaries(st.text(max_size=5),c,max_size=3), max_leaves=4)
NAMES=["account_id","day","amount","currency","description","category_id","merchant","note","tags","excluded","name","kind","opening","parent_id","icon","colour","ids","filter","preview","archived"]
import pytest
S=settings(max_examples=150,deadline=None,suppress_health_check=list(HealthCheck))
@pytest.mark.parametrize("method,url",[("post","/api/transactions"),("patch","/api/transactions/{t}"),("post","/api/transactions/bulk-categorize"),("post","/api/accounts"),("patch","/api/accounts/{a}"),("post","/api/categories"),("patch","/api/categories/{c}"),("post","/api/predict/category")])
def test_body(book,api,method,url):
    acc=make_account(book); t=make_transaction(book,account=acc); c=make_category(book)
    url=url.format(t=t.pk,a=acc.pk,c=c.pk); client=api()
    good={"account_id":acc.pk,"day":"2026-03-10","amount":"-4.5","description":"x","category_id":c.pk,"name":"N","kind":"expense" if "categ" in url else "loan","currency":"USD","filter":{}}
    fields={"/api/transactions":["account_id","day","amount","description"],"bulk":["category_id","filter"]}
    @S
    @given(st.dictionaries(st.sampled_from(NAMES),J,max_size=4)|J, st.booleans())
    def run(body,mix):
        if isinstance(body,dict) and mix:
            base=["category_id","filter"] if "bulk" in url else ["description"] if "predict" in url else ["account_id","day","amount","description"] if url=="/api/transactions" else ["name","kind","currency"] if url=="/api/accounts" else ["name","kind"] if url=="/api/categories" else []
            body={**{k:good[k] for k in base},**body}
        try: text=json.dumps(body)
        except ValueError: return
        r=getattr(client,method)(url,data=text,content_type="application/json")
        assert r.status_code<500,(body,r.content)
    run()
@pytest.mark.parametrize("url",["/api/transactions","/api/transactions/stats","/api/transactions/export"])
def test_query(book,api,url):
    acc=make_account(book); make_transaction(book,account=acc,tags=["a"]); client=api()
    @S
    @given(st.dictionaries(st.sampled_from(list(TransactionFilter.base_fields)+["cursor","limit"]),st.text(max_size=6)|st.sampled_from(["2026-03-10","yes","no","1","9999-12-31","0001-01-01","1e400","NaN","-1","uncategorised","in","flow","%","_","\\","'"]),max_size=3))
    def run(q):
        r=client.get(url,q)
        if r.status_code==200 and r.streaming: b"".join(r.streaming_content)
        assert r.status_code<500,(q,r.content)
    run()
