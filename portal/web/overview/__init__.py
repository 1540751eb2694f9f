"""Views of 全区情况: the page, one office by table, and what leaves it on paper, in Word and Excel."""
