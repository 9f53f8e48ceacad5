# Prints what a script finds when it runs on this endpoint: user, directory, versions; changes nothing. Of variables
# only the names are printed.
# Exit codes: 0.
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

$identity = [Security.Principal.WindowsIdentity]::GetCurrent()
$principal = New-Object Security.Principal.WindowsPrincipal $identity
$isElevated = $principal.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)
Write-Output "User: $($identity.Name), elevated: $isElevated"
Write-Output "Directory: $(Get-Location)"
Write-Output "PowerShell: $($PSVersionTable.PSVersion), 64 bit: $([Environment]::Is64BitProcess)"
Write-Output "Windows: $([Environment]::OSVersion.VersionString)"
Write-Output "Language: $((Get-Culture).Name)"
Write-Output "Path: $env:Path"
Write-Output 'Variables:'
Get-ChildItem -Path 'Env:' | Sort-Object 'Name' | ForEach-Object { "  $($_.Name)" }
exit 0
