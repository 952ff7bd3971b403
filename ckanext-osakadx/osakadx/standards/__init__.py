"""The 31 standard data sets (自治体標準オープンデータセット): what they ask for, and which of them a title names."""

from osakadx.standards.detect import by_title
from osakadx.standards.load import all_standards, by_slug, code_list, standard
from osakadx.standards.standard import Code, Column, Edition, Standard

__all__ = ["Code", "Column", "Edition", "Standard", "all_standards", "by_slug", "by_title", "code_list", "standard"]
