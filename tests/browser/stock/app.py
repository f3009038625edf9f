"""Streamlit as it comes, with the kinds of elements that our pages are made of: what axe finds here is not ours."""

import datetime

import pandas as pd
import streamlit as st

TABLE = pd.DataFrame({"month": [1, 2, 3], "cost": [3.0, 1.0, 2.0]})
SPEC = {
    "mark": {"type": "line", "tooltip": True},
    "encoding": {"x": {"field": "month", "type": "quantitative"}, "y": {"field": "cost", "type": "quantitative"}},
}


@st.dialog("A dialog")
def dialog() -> None:
    st.text_input("Name", key="in_dialog")
    st.button("Save", key="save")


def elements() -> None:
    st.title("Elements")
    st.header("Header")
    st.subheader("Subheader")
    with st.container(horizontal=True):
        st.markdown("**Bold** text :gray[in gray] :small[small] :blue-badge[A badge] :material/info: and a [link](/)")
        st.caption("A caption.")
        st.button("A button", icon=":material/add:", help="What it does")
        st.button("Primary", type="primary")
        st.button("Tertiary", type="tertiary")
        st.button("Not now", disabled=True)
        st.download_button("Take it away", "text", "text.txt")
        st.menu_button("More", ["One", "Two"])
        for kind in ("secondary", "primary", "tertiary"):
            with st.popover(f"Popover, {kind}", type=kind):
                st.write("Inside")
        if st.button("Dialog"):
            dialog()
    with st.grid(3, border=True):
        st.metric("Cost", "3", delta="1", border=True)
        st.metric("Value", "3", delta="-1", help="What it is")
        st.markdown("## 12\nText :green-badge[+1] :red-badge[−1]")
    left, right = st.columns(2)
    with left:
        choices()
    with right:
        typed()
    boxes()
    shown()


def choices() -> None:
    st.slider("Slider", 0.0, 1.0, 0.5, help="What it does")
    st.slider("Not now", 0.0, 1.0, 0.5, disabled=True)
    st.slider("Range", 0.0, 1.0, (0.2, 0.5))
    st.selectbox("Select", ["One", "Two"], help="What it does")
    st.multiselect("Several", ["One", "Two"], default=["One"])
    st.segmented_control("Segments", ["One", "Two"], default="One")
    st.segmented_control("Required", ["One", "Two"], default="One", required=True)
    st.pills("Pills", ["One", "Two"], default="One")
    st.radio("Radio", ["One", "Two"], horizontal=True)
    st.toggle("Toggle")
    st.checkbox("Checkbox", value=True)


def typed() -> None:
    st.number_input("Number", 0.0, 10.0, 5.0)
    st.text_input("Text", placeholder="Type")
    st.text_area("Area")
    st.date_input("Date", datetime.date(2026, 11, 1))
    st.file_uploader("Files", accept_multiple_files=True)
    with st.form("form"):
        st.text_input("In a form")
        st.form_submit_button("Send")


def boxes() -> None:
    one, other = st.tabs(["One", "Other"])
    one.write("Inside")
    other.write("Inside, too")
    with st.expander("Expander"):
        st.write("Inside")
    with st.expander("Compact expander", type="compact"):
        st.write("Inside")
    with st.expander("Open expander", expanded=True):
        st.write("Inside")


def shown() -> None:
    st.vega_lite_chart(TABLE, SPEC, alt="Cost by month")
    st.dataframe(TABLE, hide_index=True)
    st.data_editor(TABLE, key="editor")
    st.table(TABLE)
    st.code("code")
    st.latex("x^2")
    st.progress(0.4, "Progress")
    for box in (st.info, st.warning, st.error, st.success):
        box("A message.", icon=":material/info:")
    st.page_link(second, label="Second", icon=":material/arrow_forward:")


def other() -> None:
    st.write("Nothing here.")


st.set_page_config(page_title="Stock", layout="wide")
first = st.Page(elements, title="Elements", default=True)
second = st.Page(other, title="Second")
third = st.Page(lambda: other(), title="Third", url_path="third")
st.navigation({"": [first], "More": [second, third]}, position="top").run()
